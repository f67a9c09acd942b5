# SPDX-License-Identifier: MIT
# Completion of jpegq(1) in bash 4 or newer. Uses nothing of the bash-completion package.

# Puts into COMPREPLY what begins with $1: the directories and the files that match the pattern $2,
# or every file if there are none of either.
_jpegq_files() {
    local name
    compopt -o filenames 2>/dev/null # there is nothing to set outside of a completion
    mapfile -t COMPREPLY < <(compgen -d -- "$1")
    while IFS= read -r name; do
        [[ ${name,,} =~ $2 && ! -d $name ]] && COMPREPLY+=("$name")
    done < <(compgen -f -- "$1")
    ((${#COMPREPLY[@]})) || mapfile -t COMPREPLY < <(compgen -f -- "$1")
}

_jpegq() {
    local IFS=$' \t\n' choices='' prefix=''
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
    local presets='luma chroma flat ms-ssim ms-ssim-chroma imagemagick psnr-hvs psnr-hvs-chroma
        klein watson ahumada peterson'
    local metrics='mse psnr psnr_b ssim ssim_uniform max_error mean_error zeros bytes bytes_optimal
        bpp all'
    local options='-q --quality -t --table --exact-table --scale --no-baseline --print-table
        --dct --round --dump --dump-format --dump-stage --dump-order --block --from-coefficients
        --size --range --samples --clamp --output-type --gradient --grad-output --grad-input
        --grad-table --grad-quality --learn-table --learn-for --no-rounding --validate --huffman
        --bits --bit-map -s --stats --format --metrics --no-header --summary --bd
        --compare --target-psnr --target-ssim --target-bytes --target-bpp --plot --plot-metric
        --sheet --crop --zoom --diff --diff-gain -d --output-directory -n --no-output --files-from
        -0 --null -j --threads --no-progress --output-format --png-level --no-clobber --sync
        --max-pixels --sandbox --decode-timeout -v --verbose
        -h --help -V --version'
    COMPREPLY=()

    # --option=value is three words, or one if the user has taken = out of COMP_WORDBREAKS
    if [[ $cur == --*=* ]]; then
        prev=${cur%%=*} prefix=${cur%%=*}= cur=${cur#*=}
    elif [[ $cur == = ]]; then
        cur=''
    elif [[ $prev == = ]]; then
        prev=${COMP_WORDS[COMP_CWORD - 2]}
    fi

    case $prev in
    -t | --table)
        _jpegq_files "$cur" .
        choices=$presets
        ;;
    --dct) choices='int float fast exact' ;;
    --round) choices='nearest even trunc offset: offsets: none soft' ;;
    --learn-table) _jpegq_files "$cur" '\.txt$' ;;
    --learn-for) choices='psnr ssim' ;;
    --dump) _jpegq_files "$cur" '\.(npy|csv|txt)$' ;;
    --dump-format) choices='npy csv txt' ;;
    --dump-stage) choices='quantized dct dequantized' ;;
    --dump-order) choices='natural zigzag' ;;
    --range) choices='minmax' ;;
    --samples) choices='8bit real' ;;
    --clamp) choices='both forward none' ;;
    --output-type) choices='uint8 float32 float64' ;;
    --gradient) choices='ste ste-codec soft true' ;;
    --from-coefficients | --grad-output | --grad-input | --grad-table | --grad-quality)
        _jpegq_files "$cur" '\.npy$'
        ;;
    --huffman) choices='standard optimal' ;;
    --bit-map | --sheet | --diff) _jpegq_files "$cur" '\.(png|bmp|pgm|npy)$' ;;
    --format) choices='text csv tsv jsonl' ;;
    --metrics) # the last name of a list
        prefix+=${cur%"${cur##*,}"} cur=${cur##*,} choices=$metrics
        compopt -o nospace 2>/dev/null
        ;;
    --plot) _jpegq_files "$cur" '\.svg$' ;;
    --plot-metric) choices='psnr ssim' ;;
    -d | --output-directory)
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -d -- "$cur")
        ;;
    --sandbox) choices='auto require off' ;;
    --output-format) choices='png bmp pgm npy jpg' ;;
    --files-from | *'<' | *'>') _jpegq_files "$cur" . ;;
    -q | --quality | --scale | --block | --size | --target-psnr | --target-ssim | --target-bytes | \
        --target-bpp | --crop | --zoom | --diff-gain | -j | --threads | --max-pixels | \
        --decode-timeout | --png-level) ;; # numbers
    *)
        if [[ $cur == -* ]]; then
            choices=$options
        elif [[ $cur != : && $prev != : ]]; then # those are within a word, as in offset:0.2
            _jpegq_files "$cur" '\.(png|jpg|jpeg|bmp|pgm|ppm|pnm|npy)$'
        fi
        ;;
    esac

    mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -W "$choices" -- "$cur")
    COMPREPLY=("${COMPREPLY[@]/#/$prefix}")
    [[ ${COMPREPLY[*]} == *offset*: ]] && compopt -o nospace 2>/dev/null
    return 0
}

complete -o bashdefault -F _jpegq jpegq

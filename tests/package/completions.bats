# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# The completions for bash, zsh and fish offer what the program takes, and nothing else.

bats_require_minimum_version 1.5.0

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || return 1
    : "${BUILD:=build}"
    export LC_ALL=C.UTF-8
    completions=$PWD/completions
    jpegq=$(realpath "$BUILD/jpegq")
    mkdir "$BATS_TEST_TMPDIR/work" "$BATS_TEST_TMPDIR/work/my folder"
    touch "$BATS_TEST_TMPDIR/work/"{a.png,b.PPM,c.npy,d.csv,e.svg,notes,'my scene.png'}
}

# ---- What the program says ---------------------------------------------------------------------

# The options of help, each on a line, with a = behind those that take an argument. Help is in
# columns with two spaces or more between them.
options() {
    "$jpegq" --help | awk -F '  +' '/^  +-/ {
        for (i = 2; i <= NF; i++) {
            n = split($i, word, /,? /)
            for (j = 1; j <= n && word[j] ~ /^-/; j++)
                name[j] = word[j]
            for (k = 1; k < j; k++)
                print name[k] (j <= n ? "=" : "")
        }
    }' | sort
}

names() {
    options | tr -d = | sort
}

presets() {
    "$jpegq" --help | tr '\n' ' ' | sed 's/.*NAME|FILE *//; s/ or a file.*//' | tr -s ', ' '\n' | sort
}

# The words that an option takes, from the complaint about another one.
choices() {
    "$jpegq" "$1" '?' 2>&1 | sed -E 's/.* is not (one|a list) of //; s/ or / /; s/:(X|FILE)/:/g' |
        tr -s ', ' '\n' | sort
}

fixed='--dct --round --dump-format --dump-stage --dump-order --samples --clamp --output-type
    --gradient --learn-for --huffman --format --plot-metric --output-format --metrics'

# ---- What the shells offer ---------------------------------------------------------------------

# For the words of a command line, of which bash makes --a=b three, and the last is completed.
# Nothing but builtins can be run meanwhile.
in_bash() {
    bash --norc -c '. "$0" && PATH=/nowhere COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) && _jpegq &&
        printf "%s\n" "${COMPREPLY[@]}"' "$completions/jpegq.bash" jpegq "$@" 2>&1 | sort -u
}

in_fish() {
    # shellcheck disable=SC2016 # fish expands that
    fish --no-config -c 'source $argv[1]; complete -C $argv[2]' -- "$completions/jpegq.fish" "$1" |
        cut -f 1 | sort -u
}

# zsh completes at a terminal only. What the line is after the tab; what was offered goes to the file
# "offered".
in_zsh() {
    cat >"$BATS_TEST_TMPDIR/.zshrc" <<'ZSH'
fpath=($COMPLETIONS $fpath)
autoload -Uz compinit && compinit -D -u
compadd() {
    local -a words
    if [[ ${@[1,(i)(-|--)]} != *-[OAD]\ * ]]; then
        builtin compadd -O words "$@"
        print -rl -- $words >>$ZDOTDIR/offered
    fi
    builtin compadd "$@"
}
finish() { print -r -- "$BUFFER" >$ZDOTDIR/line; exit }
zle -N finish
bindkey '^I' complete-word '^G' finish
LISTMAX=1000
ZSH
    rm -f "$BATS_TEST_TMPDIR/"{line,offered}
    # shellcheck disable=SC2016 # zsh expands that
    COMPLETIONS=$completions ZDOTDIR=$BATS_TEST_TMPDIR timeout 60 zsh -f -c '
        zmodload zsh/zpty
        zpty terminal zsh -d -i
        zpty -w -n terminal "$1"
        while zpty -r terminal shown; do :; done' zsh "$1"$'\t\a' >/dev/null
    sort -u -o "$BATS_TEST_TMPDIR/offered" "$BATS_TEST_TMPDIR/offered" 2>/dev/null || :
    cat "$BATS_TEST_TMPDIR/line"
}

need() {
    command -v "$1" >/dev/null || skip "$1 is not installed"
}

# ---- The files ---------------------------------------------------------------------------------

@test "help is understood by these tests" {
    options >"$BATS_TEST_TMPDIR/options"
    for option in -q= --quality= -0 --null --dct= --bits --from-coefficients= -h --help -V --version; do
        grep -qx -- "$option" "$BATS_TEST_TMPDIR/options"
    done
    diff <(names | grep '^--') \
        <("$jpegq" --help | grep -oE -- '--[a-z-]+' | sort -u)
    [ "$(presets | wc -l)" -ge 12 ]
    for preset in $(presets); do
        "$jpegq" -t "$preset" --print-table >"$BATS_TEST_TMPDIR/table"
    done
    for option in $fixed; do
        [ "$(choices "$option" | wc -l)" -ge 2 ]
    done
}

@test "bash: the file names the options of help and no other" {
    diff <(names) \
        <(sed -n "/local options=/,/'\$/p" "$completions/jpegq.bash" | grep -oE -- '-[A-Za-z0-9-]+' | sort)
    run ! grep -vxFf <(names) <(sed '/^ *#/d' "$completions/jpegq.bash" |
        grep -oE -- '(^|[^a-z-])--[a-z][a-z-]*' | grep -oE -- '--.*')
}

@test "zsh: the file names the options of help and no other, with arguments where there are any" {
    # {-q+,--quality=}'[... or '--dct=[...
    diff <(options) <(sed '/^ *#/d' "$completions/_jpegq" |
        sed -nE "s/^ *['\"]?.*[^a-z]\{(-.)\+?,(--[a-z-]+=?)\}'\[.*/\1 \2/p;
            s/^ *['\"]\*?(--[a-z-]+=?)\[.*/\1/p" |
        awk '{ print $NF } NF == 2 { print $1 ($2 ~ /=$/ ? "=" : "") }' | sort)
    run ! grep -vxFf <(names) <(grep -oE -- '--[a-z][a-z-]*' "$completions/_jpegq")
}

@test "fish: the file names the options of help and no other, with arguments where there are any" {
    diff <(options) <(sed -nE "s/ -d '.*//
        s/^complete -c jpegq( -s (.))? -l ([a-z-]+)(.*)/\2 --\3\4/p" "$completions/jpegq.fish" |
        awk '{ mark = / -[rx]( |$)/ ? "=" : "" }
            /^ / { print $1 mark; next }
            { print "-" $1 mark; print $2 mark }' | sort)
}

@test "the files name the presets" {
    for file in jpegq.bash _jpegq jpegq.fish; do
        diff <(presets) <(tr '\n' ' ' <"$completions/$file" |
            sed "s/.*presets[=( ']*luma/luma/; s/peterson.*/peterson/" | tr -s ' \134' '\n' | sort) ||
            { echo "$file"; return 1; }
    done
}

# ---- bash --------------------------------------------------------------------------------------

@test "bash: options" {
    diff <(names) <(in_bash -)
    [ "$(in_bash --dc)" = --dct ]
    [ "$(bash --norc -c '. "$0"; complete -p jpegq' "$completions/jpegq.bash")" = \
        "complete -o bashdefault -F _jpegq jpegq" ]
}

@test "bash: the words that options take, also behind =" {
    diff <(in_bash --dct '') <(printf '%s\n' exact fast float int)
    diff <(in_bash --dct = f) <(printf '%s\n' fast float)
    diff <(in_bash --dct=f) <(printf '%s\n' --dct=fast --dct=float) # = not in COMP_WORDBREAKS
    diff <(in_bash --round o) <(printf '%s\n' offset: offsets:)
    [ -z "$(in_bash --round offset :)" ]
    [ -z "$(in_bash --round offset : 0)" ]
    for option in $fixed; do
        diff <(choices "$option") <(in_bash "$option" '') || { echo "$option"; return 1; }
        diff <(choices "$option") <(in_bash "$option" =) || { echo "$option="; return 1; }
    done
    diff <(in_bash --metrics mse,psn) <(printf '%s\n' mse,psnr mse,psnr_b)
    diff <(in_bash --metrics = mse,bpp,z) <(echo mse,bpp,zeros)
}

@test "bash: tables" {
    diff <(in_bash -t ms) <(printf '%s\n' ms-ssim ms-ssim-chroma)
    cd "$BATS_TEST_TMPDIR/work"
    diff <(in_bash -t '') <(printf '%s\n' * | cat - <(presets) | sort)
    diff <(in_bash --table = no) <(echo notes)
}

@test "bash: files" {
    cd "$BATS_TEST_TMPDIR/work"
    diff <(in_bash '') <(printf '%s\n' a.png b.PPM c.npy 'my folder' 'my scene.png')
    [ "$(in_bash a.png 'my s')" = 'my scene.png' ]
    [ "$(in_bash "$PWD/my s")" = "$PWD/my scene.png" ]
    [ "$(in_bash no)" = notes ]
    diff <(in_bash --from-coefficients '') <(printf '%s\n' c.npy 'my folder')
    diff <(in_bash --from-coefficients = '') <(printf '%s\n' c.npy 'my folder')
    diff <(in_bash --dump '') <(printf '%s\n' c.npy d.csv 'my folder')
    diff <(in_bash --plot '') <(printf '%s\n' e.svg 'my folder')
    diff <(in_bash -d '') <(echo 'my folder')
    diff <(in_bash --files-from '') <(printf '%s\n' *)
    diff <(in_bash -q 10 '>' '') <(printf '%s\n' *)
}

@test "bash: it is known which options take an argument" {
    cd "$BATS_TEST_TMPDIR/work"
    images=$(in_bash '')
    for option in $(options); do
        case $option in
        --compare= | --validate=) [ "$(in_bash "${option%=}" '')" = "$images" ] ;;
        *=) [ "$(in_bash "${option%=}" '')" != "$images" ] ;;
        *) [ "$(in_bash "$option" '')" = "$images" ] ;;
        esac || { echo "$option"; return 1; }
    done
    for option in -q --quality --scale --zoom --target-psnr -j; do
        [ -z "$(in_bash "$option" '')" ]
    done
}

@test "bash: nothing but the two functions stays behind" {
    cat >"$BATS_TEST_TMPDIR/leaks" <<'BASH'
cd "$2" && before='' after='' word='' COMPREPLY=() COMP_WORDS=() COMP_CWORD=0
names() { compgen -v | grep -v '^BASH\|^PIPESTATUS$'; compgen -A function | grep -v '^_jpegq'; }
before=$(names)
. "$1"
for word in --dct -t --metrics -d --dump --plot=a '' -; do
    COMP_WORDS=(jpegq "$word" '') COMP_CWORD=2
    _jpegq
    COMP_WORDS=(jpegq "$word") COMP_CWORD=1
    _jpegq
done
after=$(names)
diff <(echo "$before") <(echo "$after")
BASH
    bash --norc "$BATS_TEST_TMPDIR/leaks" "$completions/jpegq.bash" "$BATS_TEST_TMPDIR/work"
}

# ---- zsh ---------------------------------------------------------------------------------------

@test "zsh: the file is zsh, and compinit finds it" {
    [ "$(head -n 1 "$completions/_jpegq")" = '#compdef jpegq' ]
    need zsh
    zsh -n "$completions/_jpegq"
}

@test "zsh: what is offered" {
    need zsh
    cd "$BATS_TEST_TMPDIR/work"
    [ "$(in_zsh 'jpegq --plot-m')" = 'jpegq --plot-metric=' ]
    [ "$(in_zsh 'jpegq --dct=fl')" = 'jpegq --dct=float ' ]
    [ "$(in_zsh 'jpegq --round offsets')" = 'jpegq --round offsets:' ]
    [ "$(in_zsh 'jpegq --metrics mse,ze')" = 'jpegq --metrics mse,zeros,' ]
    [ "$(in_zsh 'jpegq -t kl')" = 'jpegq -t klein ' ]
    [ "$(in_zsh 'jpegq -t no')" = 'jpegq -t notes ' ]
    [ "$(in_zsh 'jpegq my\ s')" = 'jpegq my\ scene.png ' ]
    [ "$(in_zsh 'jpegq b')" = 'jpegq b.PPM ' ]
    [ "$(in_zsh 'jpegq -d m')" = 'jpegq -d my\ folder/' ]
    [ "$(in_zsh 'jpegq --from-coefficients ./c')" = 'jpegq --from-coefficients ./c.npy ' ]
    for option in $fixed; do
        in_zsh "jpegq $option " >"$BATS_TEST_TMPDIR/out"
        diff <(choices "$option") "$BATS_TEST_TMPDIR/offered" || { echo "$option"; return 1; }
    done
}

# ---- fish --------------------------------------------------------------------------------------

@test "fish: the file is fish" {
    need fish
    fish --no-execute "$completions/jpegq.fish"
}

@test "fish: what is offered" {
    need fish
    cd "$BATS_TEST_TMPDIR/work"
    diff <(names) <(in_fish 'jpegq -')
    [ "$(in_fish 'jpegq --dc')" = --dct ]
    diff <(in_fish 'jpegq --dct=f') <(printf '%s\n' --dct=fast --dct=float)
    diff <(in_fish 'jpegq --metrics mse,psn') <(printf '%s\n' mse,psnr mse,psnr_b)
    diff <(in_fish 'jpegq -t ms') <(printf '%s\n' ms-ssim ms-ssim-chroma)
    [ "$(in_fish 'jpegq -t no')" = notes ]
    diff <(in_fish 'jpegq ') <(printf '%s\n' a.png b.PPM c.npy 'my folder/' 'my scene.png')
    [ "$(in_fish 'jpegq no')" = notes ]
    [ "$(in_fish 'jpegq -d ')" = 'my folder/' ]
    diff <(in_fish 'jpegq --from-coefficients=') \
        <(printf -- '--from-coefficients=%s\n' c.npy 'my folder/')
    for option in $fixed; do
        diff <(choices "$option") <(in_fish "jpegq $option ") || { echo "$option"; return 1; }
    done
}

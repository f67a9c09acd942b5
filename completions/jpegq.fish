# SPDX-License-Identifier: MIT
# Completion of jpegq(1) in fish.

function __jpegq_files --description 'Directories, and files with one of the endings; all files if there are none'
    set -l typed (commandline -ct | string replace -r '^--[a-z-]+=' '')
    # what fish offers for a command it does not know: files
    set -l files (complete -C "__fish_command_without_completions $typed")
    set -l endings (string join '|' $argv)
    string match -rei "/\$|\.(?:$endings)\$" -- $files
    or printf '%s\n' $files
end

function __jpegq_metrics --description 'A list with one more name'
    set -l typed (commandline -ct | string replace -r '^--[a-z-]+=' '' | string replace -r '[^,]*$' '')
    printf '%s\n' "$typed"{mse,psnr,psnr_b,ssim,ssim_uniform,max_error,mean_error,zeros,bytes,bytes_optimal,bpp,all}
end

set -l presets luma chroma flat ms-ssim ms-ssim-chroma imagemagick psnr-hvs psnr-hvs-chroma \
    klein watson ahumada peterson

# operands
complete -c jpegq -f -a '(__jpegq_files png jpg jpeg bmp pgm ppm pnm npy)'

# quality and table
complete -c jpegq -s q -l quality -x -d '0 to 100, as 10 or 10,50,75-95:5'
complete -c jpegq -s t -l table -r -F -a "$presets" -d 'A built-in table or a file'
complete -c jpegq -l exact-table -d 'Use the table as it stands'
complete -c jpegq -l scale -x -d 'Multiply the steps instead of scaling by a quality'
complete -c jpegq -l no-baseline -d 'Allow steps above 255'
complete -c jpegq -l print-table -d 'Print the effective table'

# transform and rounding
complete -c jpegq -l dct -x -a 'int float fast exact' -d 'The DCT, forward and inverse'
complete -c jpegq -l round -x -a 'nearest even trunc offset: offsets: none soft' -d 'How coefficients are rounded'

# coefficients
complete -c jpegq -l dump -x -a '(__jpegq_files npy csv txt)' -d 'Write the coefficients'
complete -c jpegq -l dump-format -x -a 'npy csv txt' -d 'The format of the dump'
complete -c jpegq -l dump-stage -x -a 'quantized dct dequantized' -d 'Which coefficients the dump has'
complete -c jpegq -l dump-order -x -a 'natural zigzag' -d 'The order of the coefficients of a block'
complete -c jpegq -l block -x -d 'Print one block at every stage'
complete -c jpegq -l from-coefficients -x -a '(__jpegq_files npy)' -d 'Start from quantized coefficients'
complete -c jpegq -l size -x -d 'The size of the picture from coefficients'

# feature maps and gradients
complete -c jpegq -l range -x -a minmax -d 'Map the values of an input to 0..255, and back'
complete -c jpegq -l samples -x -a '8bit real' -d 'How values enter the codec'
complete -c jpegq -l clamp -x -a 'both forward none' -d 'Clamp pixels, and what of their gradient'
complete -c jpegq -l output-type -x -a 'uint8 float32 float64' -d 'The type of an output of floats'
complete -c jpegq -l gradient -x -a 'ste ste-codec soft true' -d 'The derivative of rounding'
complete -c jpegq -l grad-output -x -a '(__jpegq_files npy)' -d 'Read the gradient of the output'
complete -c jpegq -l grad-input -x -a '(__jpegq_files npy)' -d 'Write the gradient of the input'
complete -c jpegq -l grad-table -x -a '(__jpegq_files npy)' -d 'Write the gradient of the steps'
complete -c jpegq -l grad-quality -x -a '(__jpegq_files npy)' -d 'Write the gradient of the quality'

# learned tables
complete -c jpegq -l learn-table -r -F -d 'Learn a table from the images'
complete -c jpegq -l learn-for -x -a 'psnr ssim' -d 'What is to be lost least of'
complete -c jpegq -l no-rounding -d 'Learn no rounding offsets beside the table'
complete -c jpegq -l validate -x -a '(__jpegq_files png jpg jpeg bmp pgm ppm pnm npy)' -d 'Try what was learned on an image'

# JPEG files
complete -c jpegq -l huffman -x -a 'standard optimal' -d 'The Huffman tables of JPEG files'
complete -c jpegq -l bits -d 'Print where the bits of the file go'
complete -c jpegq -l bit-map -x -a '(__jpegq_files png bmp pgm npy)' -d 'Write the bits that each block takes'

# statistics
complete -c jpegq -s s -l stats -d 'Print statistics also when something else is made'
complete -c jpegq -l format -x -a 'text csv tsv jsonl' -d 'How statistics are printed'
complete -c jpegq -l metrics -x -a '(__jpegq_metrics)' -d 'The measures that are shown'
complete -c jpegq -l no-header -d 'No line of column names'
complete -c jpegq -l summary -d 'Means and totals over the images'
complete -c jpegq -l bd -d 'Bjontegaard\'s deltas of each table against the first'
complete -c jpegq -l compare -x -a '(__jpegq_files png jpg jpeg bmp pgm ppm pnm npy)' -d 'Measure images that something else made'

# targets
complete -c jpegq -l target-psnr -x -d 'The lowest quality with at least that PSNR'
complete -c jpegq -l target-ssim -x -d 'The lowest quality with at least that SSIM'
complete -c jpegq -l target-bytes -x -d 'The highest quality with at most that many bytes'
complete -c jpegq -l target-bpp -x -d 'The highest quality with at most that many bits a pixel'

# pictures
complete -c jpegq -l plot -x -a '(__jpegq_files svg)' -d 'Draw rate-distortion curves'
complete -c jpegq -l plot-metric -x -a 'psnr ssim' -d 'What the plot draws'
complete -c jpegq -l sheet -x -a '(__jpegq_files png bmp pgm npy)' -d 'A picture of original and reconstructions'
complete -c jpegq -l crop -x -d 'The part that the sheet shows'
complete -c jpegq -l zoom -x -d 'Enlarge the pictures of the sheet'
complete -c jpegq -l diff -x -a '(__jpegq_files png bmp pgm npy)' -d 'The error of one reconstruction as a picture'
complete -c jpegq -l diff-gain -x -d 'How much the error is amplified'

# input and output
complete -c jpegq -s d -l output-directory -x -a '(__fish_complete_directories)' -d 'Write a reconstruction of every row'
complete -c jpegq -s n -l no-output -d 'Statistics only, of many images'
complete -c jpegq -l files-from -r -F -d 'Read names of inputs from a file'
complete -c jpegq -s 0 -l null -d 'Names of inputs end with a zero byte'
complete -c jpegq -s j -l threads -x -d 'How many threads work'
complete -c jpegq -l no-progress -d 'No progress bar on a terminal'
complete -c jpegq -l output-format -x -a 'png bmp pgm npy jpg' -d 'The format of output'
complete -c jpegq -l png-level -x -a '1 6 9 12' -d 'How hard to compress a PNG'
complete -c jpegq -l no-clobber -d 'Do not replace files'
complete -c jpegq -l sync -d 'Wait until files are on the disk'
complete -c jpegq -l max-pixels -x -d 'Refuse larger images'
complete -c jpegq -l sandbox -x -a 'auto require off' -d 'Where files are decoded'
complete -c jpegq -l decode-timeout -x -d 'Processor time for decoding a file'
complete -c jpegq -s v -l verbose -d 'Say what was read'
complete -c jpegq -s h -l help -d 'Print a summary of the options'
complete -c jpegq -s V -l version -d 'Print the version'

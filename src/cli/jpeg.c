/* SPDX-License-Identifier: MIT */
/* jpeg.c: the output of a job: its reconstruction, or its coefficients as a JPEG file. */
#include "job.h"

static int fail_file(const jq_job *job, jpegq_status status, jq_message *message)
{
    const jq_coefficients *q = &job->quantized;
    size_t block = 0;
    if (status == JPEGQ_TOO_LARGE)
        return jq_fail(message, job->source->name,
                       "no JPEG file has a side of more than %d samples", JPEGQ_LARGEST_SIDE);
    if (status == JPEGQ_OUT_OF_RANGE) {
        jpegq_check_range(q->integers, (size_t)(q->rows * q->columns), &block);
        return jq_fail(message, job->source->name,
                       "block %zu,%zu does not fit a baseline JPEG file: |AC| is above 1023, or DC"
                       " differs by more than 2047 from the block before",
                       block / (size_t)q->columns, block % (size_t)q->columns);
    }
    return jq_fail(message, job->source->name, "%s", jpegq_status_text(status));
}

/* The file of a job, with the Huffman tables that the options ask for. */
static int make_file(const jq_job *job, jpegq_file *file, jq_message *message)
{
    const jq_coefficients *q = &job->quantized;
    if (!q->integers)
        return jq_fail(message, job->source->name,
                       job->reals ? "a quantized coefficient does not fit 16 bits"
                                  : "a JPEG file holds whole numbers, not f8 coefficients");
    if (job->source->map.batch)
        return jq_fail(message, job->source->name, "a batch makes no single JPEG file");
    *file = (jpegq_file){job->result.width, job->result.height, job->setting.codec.table,
                         *jpegq_huffman_standard()};
    if (job->options->huffman == JQ_HUFFMAN_STANDARD)
        return 0;
    jpegq_symbols symbols;
    jpegq_status status =
        jpegq_count_symbols(q->integers, (size_t)(q->rows * q->columns), &symbols);
    if (status != JPEGQ_OK)
        return fail_file(job, status, message);
    jpegq_huffman_optimal(symbols.dc, &file->huffman.dc);
    jpegq_huffman_optimal(symbols.ac, &file->huffman.ac);
    return 0;
}

static int write_jpeg(const jq_job *job, jq_output *output, jq_message *message)
{
    jpegq_file file;
    uint64_t size;
    if (make_file(job, &file, message) != 0)
        return -1;
    jpegq_status status = jpegq_file_size(&file, job->quantized.integers, &size);
    if (status != JPEGQ_OK)
        return fail_file(job, status, message);
    uint8_t *bytes = jpegq_alloc((size_t)size, 1);
    if (!bytes)
        return jq_fail(message, job->source->name, "out of memory");
    status = jpegq_file_write(&file, job->quantized.integers, bytes, (size_t)size);
    if (status == JPEGQ_OK)
        jq_output_write(output, bytes, (size_t)size);
    jpegq_free(bytes);
    return status == JPEGQ_OK ? 0 : fail_file(job, status, message);
}

int jq_job_write(const jq_job *job, jq_output *output, jq_message *message)
{
    if (job->options->output_format == JQ_FORMAT_JPEG)
        return write_jpeg(job, output, message);
    if (job->source->map.samples)
        return jq_map_write_job(job, output, message);
    return jq_image_write(&job->result, job->options->output_format, output, message);
}

int jq_job_account(const jq_job *job, jpegq_account *account, uint32_t *block_bits,
                   jq_message *message)
{
    jpegq_file file;
    if (make_file(job, &file, message) != 0)
        return -1;
    jpegq_status status = jpegq_file_account(&file, job->quantized.integers, account, block_bits);
    return status == JPEGQ_OK ? 0 : fail_file(job, status, message);
}

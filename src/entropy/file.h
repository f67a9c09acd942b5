/* SPDX-License-Identifier: MIT */
/* file.h: what the account of a file needs of the file. */
#ifndef JQ_FILE_H
#define JQ_FILE_H

#include "huffman.h"

/* Bytes of all markers, SOI to EOI. */
uint64_t jq_header_bytes(const jpegq_file *file);

/* Check the arguments that all functions on files share, and make the codes. */
jpegq_status jq_file_check(const jpegq_file *file, const int16_t *quantized, jq_codes *dc,
                           jq_codes *ac);

#endif

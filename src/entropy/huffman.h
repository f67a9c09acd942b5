/* SPDX-License-Identifier: MIT */
/* huffman.h: the codes of a Huffman table by symbol. */
#ifndef JQ_HUFFMAN_H
#define JQ_HUFFMAN_H

#include "jpegq.h"

/* EHUFCO and EHUFSI of T.81 C.2; a length of 0 says that the symbol has no code. */
typedef struct jq_codes {
    uint16_t code[256];
    uint8_t length[256];
} jq_codes;

/* False if the table is none: more codes of a length than there are, a symbol twice. */
bool jq_codes_of(const jpegq_huffman *table, jq_codes *codes);

/* How many symbols a table has. */
unsigned jq_huffman_symbols(const jpegq_huffman *table);

#endif

/* SPDX-License-Identifier: MIT */
/* account.c: where the bits of a file go: by coefficient position, by symbol, by block. */
#include <string.h>

#include "file.h"
#include "scan.h"
#include "symbols.h"

typedef struct accountant {
    const jq_codes *dc, *ac;
    jpegq_account *account;
    uint64_t total; /* bits so far */
} accountant;

static inline bool take(void *sink, jq_event event, unsigned run, int32_t value, unsigned position)
{
    accountant *a = sink;
    bool dc = event == JQ_EVENT_DC;
    unsigned category, symbol;
    if (!jq_symbol_of(event, run, value, &category, &symbol))
        return false;
    uint64_t bits = (dc ? a->dc : a->ac)->length[symbol] + category;
    (dc ? a->account->symbols.dc : a->account->symbols.ac)[symbol]++;
    if (event == JQ_EVENT_EOB)
        a->account->end_of_block += bits;
    else
        a->account->position[position] += bits;
    a->total += bits;
    return true;
}

jpegq_status jpegq_file_account(const jpegq_file *file, const int16_t *quantized,
                                jpegq_account *account, uint32_t *block_bits)
{
    jq_codes dc, ac;
    jpegq_status status = account ? jq_file_check(file, quantized, &dc, &ac) : JPEGQ_BAD_ARGUMENT;
    if (status != JPEGQ_OK)
        return status;
    memset(account, 0, sizeof *account);
    accountant a = {&dc, &ac, account, 0};
    size_t blocks = jpegq_blocks(file->width) * jpegq_blocks(file->height);
    int32_t last_dc = 0;
    for (size_t b = 0; b < blocks; b++) {
        uint64_t before = a.total;
        if (!jq_take_block(quantized + 64 * b, &last_dc, take, &a))
            return JPEGQ_OUT_OF_RANGE;
        if (block_bits)
            block_bits[b] = (uint32_t)(a.total - before);
    }
    jq_segment segment = {0};
    status = jq_scan(&dc, &ac, quantized, blocks, &segment, NULL);
    account->header = jq_header_bytes(file);
    account->scan = segment.bytes;
    account->stuffed = segment.zeros;
    account->padding = 8 * (segment.bytes - segment.zeros) - a.total;
    return status;
}

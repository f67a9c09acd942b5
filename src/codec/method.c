/* SPDX-License-Identifier: MIT */
/* method.c: the four DCT methods by number, and the scale factors that two of them share. */
#include "method.h"

#include <math.h>

const double jq_aan_scale[8] = {
    1.0, 1.387039845, 1.306562965, 1.175875602, 1.0, 0.785694958, 0.541196100, 0.275899379,
};

int32_t jq_aan_fixed(unsigned i)
{
    return (int32_t)floor(jq_aan_scale[i / 8] * jq_aan_scale[i % 8] * 16384 + 0.5);
}

const jq_method *jq_method_of(jpegq_dct dct)
{
    switch (dct) {
    case JPEGQ_DCT_INT:
        return &jq_dct_int;
    case JPEGQ_DCT_FLOAT:
        return &jq_dct_float;
    case JPEGQ_DCT_FAST:
        return &jq_dct_fast;
    case JPEGQ_DCT_EXACT:
        return &jq_dct_exact;
    }
    return NULL;
}

size_t jpegq_dct_size(jpegq_dct dct)
{
    const jq_method *method = jq_method_of(dct);
    return method ? method->size : 0;
}

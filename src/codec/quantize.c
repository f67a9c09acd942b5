/* SPDX-License-Identifier: MIT */
/*
 * quantize.c: dividing by the step and rounding (T.81 A.3.4).
 *
 * Every rounding of a real quotient u is one function, jq_round. Where numerator x and divisor d
 * are integers the same is done without rounding errors as sign(x) * floor((|x| + bias) / d):
 *   nearest      bias = floor(d / 2)
 *   trunc        bias = 0
 *   offset X     bias = floor(X d), for floor(|x|/d + X) = floor((|x| + X d) / d) and x is whole
 *   even         as nearest, and one less where that met a tie and became odd
 *
 * The division is a multiplication by a float: with n = |x| + bias < 2^22 the quotient of n + 0.5
 * is at least 0.5 / d away from an integer, and the float's error is below n / d * 2^-23.
 */
#include "quantize.h"

#include <math.h>
#include <string.h>

#include "kernels.h"

static int64_t divisor_of(jpegq_dct dct, const jpegq_table *table, unsigned i)
{
    if (dct == JPEGQ_DCT_INT)
        return 8 * (int64_t)table->step[i];
    if (dct == JPEGQ_DCT_FAST)
        return ((int64_t)table->step[i] * jq_aan_fixed(i) + 1024) >> 11;
    return table->step[i];
}

jpegq_status jpegq_check_table(jpegq_dct dct, const jpegq_table *table, unsigned *position)
{
    if (!table || !jq_method_of(dct))
        return JPEGQ_BAD_ARGUMENT;
    for (unsigned i = 0; i < 64; i++) {
        if (table->step[i] == 0 || divisor_of(dct, table, i) > UINT16_MAX) {
            if (position)
                *position = i;
            return JPEGQ_BAD_STEP;
        }
    }
    return JPEGQ_OK;
}

jpegq_rounding jpegq_rounding_of(jpegq_round_mode mode, double offset)
{
    jpegq_rounding rounding = {mode, {0}, NULL, NULL};
    for (int i = 0; i < 64; i++)
        rounding.offset[i] = offset;
    return rounding;
}

bool jq_is_rounding(const jpegq_rounding *rounding)
{
    if (rounding->mode == JPEGQ_ROUND_FUNCTION)
        return rounding->function != NULL;
    if (rounding->mode == JPEGQ_ROUND_OFFSET)
        for (int i = 0; i < 64; i++)
            if (!(rounding->offset[i] >= 0 && rounding->offset[i] <= 1))
                return false;
    return rounding->mode >= JPEGQ_ROUND_NEAREST && rounding->mode < JPEGQ_ROUND_FUNCTION;
}

static int32_t bias_of(const jpegq_rounding *rounding, int32_t divisor, unsigned position)
{
    if (rounding->mode == JPEGQ_ROUND_TRUNC)
        return 0;
    if (rounding->mode == JPEGQ_ROUND_OFFSET) {
        int64_t billionths = llround(rounding->offset[position] * 1e9);
        return (int32_t)(billionths * divisor / 1000000000);
    }
    return divisor / 2;
}

/* See jq_quantizer. */
static void prepare_narrow(jq_quantizer *q)
{
    q->narrow = (q->dct == JPEGQ_DCT_INT || q->dct == JPEGQ_DCT_FAST) &&
                q->rounding.mode != JPEGQ_ROUND_EVEN;
    q->bounded = q->narrow;
    for (int i = 0; i < 64; i++) {
        uint32_t d = (uint32_t)q->divisor[i];
        int l = 0;
        while (UINT32_C(1) << l < d)
            l++;
        q->narrow = q->narrow && d >= 3 && q->bias[i] < 1 << 14;
        q->bounded =
            q->bounded && q->narrow && q->step[i] <= 255 && q->bias[i] <= q->divisor[i] / 2;
        if (!q->narrow)
            return;
        q->bias16[i] = (uint16_t)q->bias[i];
        q->multiplier16[i] = (uint16_t)((UINT32_C(1) << (15 + l)) / d + 1);
        q->shift16[i] = (uint16_t)(1 << (17 - l));
    }
}

jpegq_status jq_quantizer_init(jq_quantizer *quantizer, const jpegq_codec *codec)
{
    jpegq_status status = jpegq_check_table(codec->dct, &codec->table, NULL);
    if (status != JPEGQ_OK)
        return status;
    if (!jq_is_rounding(&codec->rounding))
        return JPEGQ_BAD_ARGUMENT;
    quantizer->dct = codec->dct;
    quantizer->rounding = codec->rounding;
    /* the reference's float code rounds half to even */
    if (codec->dct == JPEGQ_DCT_FLOAT && codec->rounding.mode == JPEGQ_ROUND_NEAREST)
        quantizer->rounding.mode = JPEGQ_ROUND_EVEN;
    for (unsigned i = 0; i < 64; i++) {
        int32_t divisor = (int32_t)divisor_of(codec->dct, &codec->table, i);
        quantizer->step[i] = codec->table.step[i];
        quantizer->divisor[i] = divisor;
        quantizer->bias[i] = bias_of(&codec->rounding, divisor, i);
        quantizer->reciprocal[i] = 1.0f / (float)divisor;
        if (codec->dct == JPEGQ_DCT_FLOAT)
            quantizer->reciprocal[i] =
                (float)(1.0 / ((double)codec->table.step[i] * jq_aan_scale[i / 8] *
                               jq_aan_scale[i % 8] * 8.0));
    }
    prepare_narrow(quantizer);
    return JPEGQ_OK;
}

double jq_round(const jpegq_rounding *rounding, double u, unsigned position)
{
    switch (rounding->mode) {
    case JPEGQ_ROUND_NEAREST:
        return round(u);
    case JPEGQ_ROUND_EVEN:
        return rint(u); /* half to even: the rounding mode every program starts in */
    case JPEGQ_ROUND_TRUNC:
        return trunc(u);
    case JPEGQ_ROUND_OFFSET: /* sign(0) = 0 also where the offset is 1 */
        return u == 0 ? u : copysign(floor(fabs(u) + rounding->offset[position]), u);
    case JPEGQ_ROUND_NONE:
        break;
    case JPEGQ_ROUND_SOFT: {
        double d = u - rint(u);
        return rint(u) + d * d * d;
    }
    case JPEGQ_ROUND_FUNCTION:
        return rounding->function(u, position, rounding->context);
    }
    return u;
}

static int16_t clamp16(double x)
{
    if (!(x > INT16_MIN)) /* NaN too */
        return x <= INT16_MIN ? INT16_MIN : 0;
    return x >= INT16_MAX ? INT16_MAX : (int16_t)x;
}

/* As the kernels do it, where `narrow` is set; false if it should not have been for these. */
static bool quantize_narrow(const jq_quantizer *q, const int16_t *x, size_t blocks, int16_t *out)
{
    uint16_t seen = 0;
    for (size_t b = 0; b < blocks; b++, x += 64, out += 64) {
        for (int i = 0; i < 64; i++) {
            uint16_t n = (uint16_t)((x[i] < 0 ? -x[i] : x[i]) + q->bias16[i]);
            uint16_t k = (uint16_t)((uint32_t)n * q->multiplier16[i] >> 16);
            k = (uint16_t)((uint32_t)k * q->shift16[i] >> 16);
            seen |= n;
            int16_t sign = (int16_t)(x[i] >> 15), some = (int16_t) - (x[i] != 0);
            out[i] = (int16_t)(((k ^ sign) - sign) & some);
        }
    }
    return seen < 1 << 15;
}

/* Here n, k and the divisor have 16 bits, in which the tie is looked for. */
static void quantize_integers_to_even(const jq_quantizer *q, const int16_t *x, size_t blocks,
                                      int16_t *out)
{
    uint16_t divisor[64], n[64], k[64];
    for (int i = 0; i < 64; i++)
        divisor[i] = (uint16_t)q->divisor[i];
    for (size_t b = 0; b < blocks; b++, x += 64, out += 64) {
        for (int i = 0; i < 64; i++) {
            int32_t sum = (x[i] < 0 ? -x[i] : x[i]) + q->bias[i];
            n[i] = (uint16_t)sum;
            k[i] = (uint16_t)(int32_t)(((float)sum + 0.5f) * q->reciprocal[i]);
        }
        for (int i = 0; i < 64; i++) {
            uint16_t odd_tie = (uint16_t)(-((uint16_t)(k[i] * (uint32_t)divisor[i]) == n[i]) &
                                          ~divisor[i] & k[i] & 1);
            uint16_t even = (uint16_t)(k[i] - odd_tie);
            out[i] = (int16_t)(x[i] < 0 ? -even : even > INT16_MAX ? INT16_MAX : even);
        }
    }
}

void jq_quantize_integers(const jq_quantizer *q, const int16_t *x, size_t blocks, int16_t *out)
{
    if (q->narrow && quantize_narrow(q, x, blocks, out))
        return;
    if (q->rounding.mode == JPEGQ_ROUND_EVEN) {
        quantize_integers_to_even(q, x, blocks, out);
        return;
    }
    for (size_t b = 0; b < blocks; b++, x += 64, out += 64) {
        for (int i = 0; i < 64; i++) {
            int32_t n = (x[i] < 0 ? -x[i] : x[i]) + q->bias[i];
            int32_t k = (int32_t)(((float)n + 0.5f) * q->reciprocal[i]);
            k = x[i] < 0 ? -k : x[i] > 0 ? k : 0;
            out[i] = (int16_t)(k < INT16_MIN ? INT16_MIN : k > INT16_MAX ? INT16_MAX : k);
        }
    }
}

/*
 * As jq_round with JPEGQ_ROUND_EVEN. Adding 1.5 * 2^23 to a float below 2^22 rounds it half to
 * even, and leaves it in the low bits of the sum. Larger ones are told by their bits, for compilers
 * make no vectors of comparisons of floats.
 */
static void quantize_floats_to_even(const jq_quantizer *q, const float *x, size_t blocks,
                                    int16_t *out)
{
    const int32_t infinity = 0x7f800000, largest = 0x46ffff00; /* 32767.5 */
    for (size_t b = 0; b < blocks; b++, x += 64, out += 64) {
        float quotients[64], sums[64];
        uint32_t bits[64], sum_bits[64];
        for (int i = 0; i < 64; i++) {
            quotients[i] = x[i] * q->reciprocal[i];
            sums[i] = quotients[i] + 12582912.0f;
        }
        memcpy(bits, quotients, sizeof bits);
        memcpy(sum_bits, sums, sizeof sum_bits);
        for (int i = 0; i < 64; i++) {
            int32_t magnitude = (int32_t)(bits[i] & INT32_MAX);
            int32_t limit = INT16_MAX + (int32_t)(bits[i] >> 31);
            int32_t k = magnitude < largest ? (int32_t)sum_bits[i] : limit;
            k = magnitude <= infinity ? k : 0; /* not a number */
            out[i] = (int16_t)(uint16_t)(uint32_t)k;
        }
    }
}

static void quantize_integers_by_function(const jq_quantizer *q, const int16_t *x, size_t blocks,
                                          int16_t *out)
{
    for (size_t i = 0; i < 64 * blocks; i++)
        out[i] =
            clamp16(jq_round(&q->rounding, (double)x[i] / q->divisor[i % 64], (unsigned)(i % 64)));
}

void jq_quantize(const jq_quantizer *q, const void *coefficients, size_t blocks, int16_t *out)
{
    if (q->dct == JPEGQ_DCT_FLOAT && q->rounding.mode == JPEGQ_ROUND_EVEN) {
        quantize_floats_to_even(q, coefficients, blocks, out);
    } else if (q->dct == JPEGQ_DCT_FLOAT) {
        const float *x = coefficients;
        for (size_t i = 0; i < 64 * blocks; i++) {
            float u = x[i] * q->reciprocal[i % 64];
            out[i] = clamp16(jq_round(&q->rounding, (double)u, (unsigned)(i % 64)));
        }
    } else if (q->dct == JPEGQ_DCT_EXACT) {
        const double *x = coefficients;
        for (size_t i = 0; i < 64 * blocks; i++)
            out[i] = clamp16(jq_round(&q->rounding, x[i] / q->step[i % 64], (unsigned)(i % 64)));
    } else if (q->rounding.mode == JPEGQ_ROUND_FUNCTION) {
        quantize_integers_by_function(q, coefficients, blocks, out);
    } else {
        jq_kernels_chosen()->quantize(q, coefficients, blocks, out);
    }
}

void jq_quantize_real(const jq_quantizer *q, const double *x, size_t blocks, double *out)
{
    for (size_t i = 0; i < 64 * blocks; i++)
        out[i] = jq_round(&q->rounding, x[i] / q->step[i % 64], (unsigned)(i % 64));
}

jpegq_status jpegq_quantize(const jpegq_codec *codec, const void *coefficients, size_t blocks,
                            int16_t *quantized)
{
    jq_quantizer quantizer;
    if (!codec || !coefficients || !quantized || !jq_makes_integers(&codec->rounding))
        return JPEGQ_BAD_ARGUMENT;
    jpegq_status status = jq_quantizer_init(&quantizer, codec);
    if (status == JPEGQ_OK)
        jq_quantize(&quantizer, coefficients, blocks, quantized);
    return status;
}

jpegq_status jpegq_quantize_real(const jpegq_codec *codec, const double *coefficients,
                                 size_t blocks, double *quantized)
{
    jq_quantizer quantizer;
    if (!codec || !coefficients || !quantized)
        return JPEGQ_BAD_ARGUMENT;
    jpegq_codec real = *codec;
    real.dct = JPEGQ_DCT_EXACT;
    jpegq_status status = jq_quantizer_init(&quantizer, &real);
    if (status == JPEGQ_OK)
        jq_quantize_real(&quantizer, coefficients, blocks, quantized);
    return status;
}

jpegq_status jpegq_dequantize(const jpegq_table *table, const int16_t *quantized, size_t blocks,
                              int32_t *dequantized)
{
    if (!table || !quantized || !dequantized)
        return JPEGQ_BAD_ARGUMENT;
    for (size_t i = 0; i < 64 * blocks; i++)
        dequantized[i] = quantized[i] * table->step[i % 64];
    return JPEGQ_OK;
}

jpegq_status jpegq_dequantize_real(const jpegq_table *table, const double *quantized, size_t blocks,
                                   double *dequantized)
{
    if (!table || !quantized || !dequantized)
        return JPEGQ_BAD_ARGUMENT;
    for (size_t i = 0; i < 64 * blocks; i++)
        dequantized[i] = quantized[i] * table->step[i % 64];
    return JPEGQ_OK;
}

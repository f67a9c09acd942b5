/* SPDX-License-Identifier: MIT */
/* constants_int.h: the 13-bit constants of the DCT of Loeffler, Ligtenberg and Moschytz. */
#ifndef JQ_CONSTANTS_INT_H
#define JQ_CONSTANTS_INT_H

enum {
    BITS = 13,      /* of a constant's fraction */
    PASS1_BITS = 2, /* kept between the passes */
    C0_298 = 2446,  /* 0.298631336 * 2^13, rounded; and so on */
    C0_390 = 3196,  /* 0.390180644 */
    C0_541 = 4433,  /* 0.541196100 */
    C0_765 = 6270,  /* 0.765366865 */
    C0_899 = 7373,  /* 0.899976223 */
    C1_175 = 9633,  /* 1.175875602 */
    C1_501 = 12299, /* 1.501321110 */
    C1_847 = 15137, /* 1.847759065 */
    C1_961 = 16069, /* 1.961570560 */
    C2_053 = 16819, /* 2.053119869 */
    C2_562 = 20995, /* 2.562915447 */
    C3_072 = 25172, /* 3.072711026 */
};

#endif

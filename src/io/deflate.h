/* SPDX-License-Identifier: MIT */
/*
 * deflate.h: PNG is deflated by libdeflate where it is installed (and LIBDEFLATE=0 was not given to
 * make), else by stb_image_write.
 */
#ifndef JQ_DEFLATE_H
#define JQ_DEFLATE_H

#if !defined(JQ_NO_LIBDEFLATE) && __has_include(<libdeflate.h>)
#define JQ_LIBDEFLATE 1
#else
#define JQ_LIBDEFLATE 0
#endif

#endif

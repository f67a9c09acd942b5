/* SPDX-License-Identifier: MIT */
/* search.h: the quality that meets a target. */
#ifndef JQ_SEARCH_H
#define JQ_SEARCH_H

#include "job.h"

typedef enum jq_found { JQ_FOUND, JQ_NOT_FOUND, JQ_SEARCH_FAILED } jq_found;

/*
 * Find the quality that meets the options' target among their qualities (1 to 100 if none are
 * given): for PSNR and SSIM the lowest that reaches it, for bytes and bits a pixel the highest that
 * does not exceed it. Every quality on the way there is tried once, for the measures need not be
 * monotonic. The job is left as it ran with the quality found. With JQ_SEARCH_FAILED there is a
 * message.
 */
jq_found jq_search(jq_job *job, const jq_plan *plan, jq_message *message);

#endif

/* SPDX-License-Identifier: MIT */
/* search.c: see search.h. */
#include "search.h"

/* The qualities to try, in the order to try them; returns how many. */
static int candidates(const jq_options *o, bool upwards, int order[101])
{
    bool wanted[101] = {false};
    int count = 0;
    for (size_t i = 0; i < o->quality_count; i++)
        wanted[o->qualities[i]] = true;
    for (int i = 0; i <= 100; i++) {
        int quality = upwards ? i : 100 - i;
        if (o->quality_count ? wanted[quality] : quality > 0) /* 0 is the same as 1 */
            order[count++] = quality;
    }
    return count;
}

static jq_column column_of(const jq_options *o)
{
    switch (o->target) {
    case JQ_TARGET_PSNR:
        return JQ_COLUMN_PSNR;
    case JQ_TARGET_SSIM:
        return JQ_COLUMN_SSIM;
    case JQ_TARGET_BPP:
        return JQ_COLUMN_BPP;
    case JQ_TARGET_BYTES:
    case JQ_TARGET_NONE:
        break;
    }
    return o->huffman == JQ_HUFFMAN_STANDARD ? JQ_COLUMN_BYTES : JQ_COLUMN_BYTES_OPTIMAL;
}

jq_found jq_search(jq_job *job, const jq_plan *plan, jq_message *message)
{
    const jq_options *o = job->options;
    bool upwards = o->target == JQ_TARGET_PSNR || o->target == JQ_TARGET_SSIM;
    int order[101], count = candidates(o, upwards, order);
    for (int i = 0; i < count; i++) {
        double value;
        if (jq_plan_scale(plan, &job->setting, order[i], message) != 0 ||
            jq_job_run(job, message) != 0 || jq_job_value(job, column_of(o), &value, message) != 0)
            return JQ_SEARCH_FAILED;
        if (upwards ? value >= o->target_value : value <= o->target_value)
            return JQ_FOUND;
    }
    jq_fail(message, job->source->name, "no quality of %d to %d meets the target with table %s",
            order[upwards ? 0 : count - 1], order[upwards ? count - 1 : 0], job->setting.table);
    return JQ_NOT_FOUND;
}

/* SPDX-License-Identifier: MIT */
/* judge.c: see judge.h. */
#include "judge.h"

#include <math.h>

/*
 * What a miss of the goal by 1 dB, squared, costs in ln bytes. Along the curve of rate and
 * distortion the cost is nearly level, so that little holds a table at its goal (0.02 dB off, where
 * the price is wrong by a tenth), and little hinders the steps of single positions.
 */
static const double slackness = 0.2;

double jq_structure_db(double dissimilarity)
{
    return -10 * log10(fmax(dissimilarity, 1e-6)); /* 60 dB for identical pictures */
}

jq_judge jq_judge_of(const jpegq_learning *learning)
{
    jq_judge judge = {.aim = learning->aim, .goal = learning->goal, .target = learning->target};
    if (learning->goal == JPEGQ_GOAL_SSIM)
        judge.target = jq_structure_db(1 - learning->target);
    if (learning->goal == JPEGQ_GOAL_BPP)
        judge.target = log(learning->target);
    judge.price = 0.12; /* six photographs at 38 dB; to be measured */
    return judge;
}

jq_account jq_account_of(const jq_figures *figures, double dissimilarity)
{
    return (jq_account){figures->log_bytes,
                        log(8 * (double)figures->bytes / (double)figures->pixels), figures->psnr,
                        jq_structure_db(dissimilarity)};
}

double jq_judge_shortfall(const jq_judge *judge, const jq_account *account)
{
    if (judge->goal == JPEGQ_GOAL_BPP)
        return (account->log_bpp - judge->target) / judge->price;
    return judge->target - (judge->goal == JPEGQ_GOAL_PSNR ? account->psnr : account->structure);
}

double jq_judge_cost(const jq_judge *judge, const jq_account *account)
{
    double quality = judge->aim == JPEGQ_AIM_PSNR ? account->psnr : account->structure;
    double miss = jq_judge_shortfall(judge, account);
    return account->log_bytes - judge->price * quality + slackness * miss * miss;
}

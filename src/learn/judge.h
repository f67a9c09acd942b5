/* SPDX-License-Identifier: MIT */
/* judge.h: which of two tables is better, from what they make of the training pictures. */
#ifndef JQ_JUDGE_H
#define JQ_JUDGE_H

#include "training.h"

/* Of a table, as measured or as estimated. */
typedef struct jq_account {
    double log_bytes; /* mean over the pictures */
    double log_bpp;   /* of all of them together */
    double psnr;      /* mean, dB */
    double structure; /* -10 log10 (1 - mean SSIM), dB */
} jq_account;

typedef struct jq_judge {
    jpegq_aim aim;
    jpegq_goal goal;
    double target;         /* dB, or ln of bits a pixel */
    double price;          /* ln bytes that a dB costs */
    jq_account correction; /* measured less estimated */
} jq_judge;

/* The scale of SSIM that grows as PSNR does. */
double jq_structure_db(double dissimilarity);

jq_judge jq_judge_of(const jpegq_learning *learning);

jq_account jq_account_of(const jq_figures *figures, double dissimilarity);

/* What is to be small. */
double jq_judge_cost(const jq_judge *judge, const jq_account *account);

/* By how many dB the goal is missed; 0 or less if it is met. */
double jq_judge_shortfall(const jq_judge *judge, const jq_account *account);

#endif

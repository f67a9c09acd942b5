/* SPDX-License-Identifier: MIT */
/* stream.h: a PGM or PPM file to a PGM file, strip by strip, in memory that does not grow. */
#ifndef JQ_STREAM_H
#define JQ_STREAM_H

#include "job.h"

/* Is a PGM file of the reconstruction all that these options ask for? */
bool jq_stream_suits(const jq_options *options);

/*
 * Take the source of a job, one that is a stream, through the codec into the output. The bytes are
 * those of the whole image at once, whatever the number of threads. 0, or -1 with a message.
 */
int jq_stream_run(const jq_job *job, jq_source *source, jq_output *output, jq_message *message);

#endif

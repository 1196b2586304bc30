/**
 * How Fovea's jobs run on Spring Batch: steps that end as done or as waiting, and go on after a
 * crash.
 */
@NullMarked
package dev.fovea.pipelines.job;

import org.jspecify.annotations.NullMarked;

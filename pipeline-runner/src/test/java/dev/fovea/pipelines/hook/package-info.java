/** The GitHub webhook. */
@NullMarked
package dev.fovea.pipelines.hook;

import org.jspecify.annotations.NullMarked;

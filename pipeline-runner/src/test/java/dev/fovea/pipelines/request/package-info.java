/** Requests of releases. */
@NullMarked
package dev.fovea.pipelines.request;

import org.jspecify.annotations.NullMarked;

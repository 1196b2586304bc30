/** Who asks for releases, and which of them a CI build may ask for. */
@NullMarked
package dev.fovea.pipelines.request;

import org.jspecify.annotations.NullMarked;

/** The release and retrain jobs. */
@NullMarked
package dev.fovea.pipelines;

import org.jspecify.annotations.NullMarked;

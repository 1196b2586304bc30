/** The retrain job: a new dataset version becomes a new model version. */
@NullMarked
package dev.fovea.pipelines.retrain;

import org.jspecify.annotations.NullMarked;

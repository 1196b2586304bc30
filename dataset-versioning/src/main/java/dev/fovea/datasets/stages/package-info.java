/** What the stages of DVC's pipelines read and made, as a commit says it. */
@NullMarked
package dev.fovea.datasets.stages;

import org.jspecify.annotations.NullMarked;

/** What was made of what, so that nothing is made twice. */
@NullMarked
package dev.fovea.pipelines.artefact;

import org.jspecify.annotations.NullMarked;

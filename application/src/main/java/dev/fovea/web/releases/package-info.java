/** Releases and the decision about each: gates, canary, evidence. */
@NullMarked
package dev.fovea.web.releases;

import org.jspecify.annotations.NullMarked;

/** Splits a model's traffic by an HTTPRoute, and reads how its arms answer. */
@NullMarked
package dev.fovea.rollouts.kubernetes.routes;

import org.jspecify.annotations.NullMarked;

/** Of several processes of the controller, lets one act at a time. */
@NullMarked
package dev.fovea.rollouts.turns;

import org.jspecify.annotations.NullMarked;

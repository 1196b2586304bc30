/** The lab's side of agents that run elsewhere: who may join, who is who, and what they hand in. */
@NullMarked
package dev.fovea.lab.remote;

import org.jspecify.annotations.NullMarked;

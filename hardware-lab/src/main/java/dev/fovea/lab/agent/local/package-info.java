/** The processor of the machine that Fovea runs on, measured in its own process. */
@NullMarked
package dev.fovea.lab.agent.local;

import org.jspecify.annotations.NullMarked;

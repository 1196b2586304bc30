/** Commands that are processes of their own, or look at one: server, agent, job, demo. */
@NullMarked
package dev.fovea.cli.process;

import org.jspecify.annotations.NullMarked;

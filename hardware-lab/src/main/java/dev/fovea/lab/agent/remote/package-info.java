/**
 * The agent as a process of its own: it joins by a code, asks a lab for work, measures, and hands
 * in what it has signed.
 */
@NamedInterface("agent")
@NullMarked
package dev.fovea.lab.agent.remote;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;

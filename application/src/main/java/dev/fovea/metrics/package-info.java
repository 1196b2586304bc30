/** What an operator watches beside requests and the JVM: queues, releases, rollouts, objects. */
@NullMarked
package dev.fovea.metrics;

import org.jspecify.annotations.NullMarked;

/** Devices, their leases with fencing tokens, and the jobs that wait for them. */
@NullMarked
package dev.fovea.lab.fleet;

import org.jspecify.annotations.NullMarked;

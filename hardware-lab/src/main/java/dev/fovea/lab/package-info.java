/** Devices, their leases, and what was measured on them. */
@NullMarked
package dev.fovea.lab;

import org.jspecify.annotations.NullMarked;

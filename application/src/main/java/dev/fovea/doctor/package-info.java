/** What this machine can and cannot do, each with its fix. */
@NullMarked
package dev.fovea.doctor;

import org.jspecify.annotations.NullMarked;

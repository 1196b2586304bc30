/**
 * A PostgreSQL that a process brings along: durable, behind a password, on the loopback interface
 * alone.
 */
@NullMarked
package dev.fovea.postgres;

import org.jspecify.annotations.NullMarked;

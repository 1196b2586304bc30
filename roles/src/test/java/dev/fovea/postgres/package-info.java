/** Shows that the embedded PostgreSQL keeps what it acknowledged and its door shut. */
@NullMarked
package dev.fovea.postgres;

import org.jspecify.annotations.NullMarked;

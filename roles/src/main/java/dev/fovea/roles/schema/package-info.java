/** A service's own part of the database, made, upgraded or verified when it starts. */
@NamedInterface("schema")
@NullMarked
package dev.fovea.roles.schema;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;

/** What every MLflow call shares: its fields, errors and page tokens. */
@NullMarked
package dev.fovea.registry.protocol;

import org.jspecify.annotations.NullMarked;

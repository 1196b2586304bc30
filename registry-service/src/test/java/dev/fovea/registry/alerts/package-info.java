@NullMarked
package dev.fovea.registry.alerts;

import org.jspecify.annotations.NullMarked;

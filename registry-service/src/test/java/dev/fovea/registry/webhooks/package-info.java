@NullMarked
package dev.fovea.registry.webhooks;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.fovea.registry.webhooks.outbound;

import org.jspecify.annotations.NullMarked;

/** Tells those outside what happens: signed, at least once, each receiver at its own pace. */
@NullMarked
package dev.fovea.registry.webhooks;

import org.jspecify.annotations.NullMarked;

/** The GitHub webhook: what it brings becomes releases. */
@NullMarked
package dev.fovea.pipelines.hook;

import org.jspecify.annotations.NullMarked;

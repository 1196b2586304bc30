/** What runs on a device and measures models there. */
@NullMarked
package dev.fovea.lab.agent;

import org.jspecify.annotations.NullMarked;

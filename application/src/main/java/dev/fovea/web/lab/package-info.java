/** Devices and what was measured on them; frames from production. */
@NullMarked
package dev.fovea.web.lab;

import org.jspecify.annotations.NullMarked;

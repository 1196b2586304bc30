/**
 * The demo's pictures: real handwritten digits, and the askew infrared camera that sees them in
 * production.
 */
@NullMarked
package dev.fovea.demo.digits;

import org.jspecify.annotations.NullMarked;

/** Who signed some bytes, in a form that other tools check: DSSE envelopes and Ed25519 keys. */
@NullMarked
package dev.fovea.dsse;

import org.jspecify.annotations.NullMarked;

/**
 * Turns a picture into a model's input exactly as its hashed spec says, in training and serving.
 */
@NullMarked
package dev.fovea.vision.preprocess;

import org.jspecify.annotations.NullMarked;

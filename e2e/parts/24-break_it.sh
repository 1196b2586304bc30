# The README's six bad inputs.
check try-to-break-it ./fovea demo --try-to-break-it --home "$WORK/break-it"

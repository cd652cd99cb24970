"""What Hypothesis plays on a desk: the moves of traders, staff and the operator, in any order."""

"""The oracle: what must be true of a country's databases and its log, judged without a line of the code that wrote them.

    judge({"referral.rs-lead": Rows(…), …}, topic)  →  Judgement(lost, twice, stuck, differing, illegal, misplaced, …)

It imports nothing of `shared` and `services` (import-linter sees to that): where both agree, two readings of the protocol agree.
"""

from deploy.oracle.judge import judge
from deploy.oracle.judgement import Judgement
from deploy.oracle.rows import RawRecord, Row, Rows

__all__ = ["Judgement", "RawRecord", "Row", "Rows", "judge"]

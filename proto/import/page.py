"""How a list is paged, told from the names of members."""

from model import SCALARS

# Style, position, sizes, value of the first position.
_STYLES = (
    ("OFFSET", ("Offset", "OffSet"), ("Limit", "Length"), 0),
    ("NUMBER", ("PageNumber", "PageNum", "PageNo", "PageIndex", "Page"),
     ("PageSize", "Limit"), 1),
)
_CURSORS = (("NextToken", "MaxResults"), ("Cursor", "Limit"),
            ("Context", "Limit"), ("PaginationToken", "MaxResults"))
_TOTALS = ("TotalCount", "Total", "TotalNum", "TotalCounts", "TotalCnt")


def derive(request, reply):
    """The option `page` as a dictionary, or None where the names leave a
    doubt: a list of objects must be the only one in the reply."""
    asked = {m.json_name for m in request if not m.repeated}
    items = [m.json_name for m in reply
             if m.repeated and m.type not in SCALARS]
    given = {m.json_name: m for m in reply if not m.repeated}
    if len(items) != 1:
        return None
    total = next((t for t in _TOTALS if t in given
                  and given[t].type in ("int64", "uint64")), None)
    for style, positions, sizes, first in _STYLES:
        position = next((p for p in positions if p in asked), None)
        size = next((s for s in sizes if s in asked), None)
        if position and size and total:
            page = {"style": style, "position": position, "size": size,
                    "total": total, "items": items[0]}
            if first:
                page["first"] = first
            return page
    for position, size in _CURSORS:
        follows = [n for n in (position, "Next" + position) if n in given]
        if {position, size} <= asked and follows:
            page = {"style": "CURSOR", "position": position, "size": size,
                    "next": follows[-1]}
            if total:
                page["total"] = total
            page["items"] = items[0]
            return page
    return None

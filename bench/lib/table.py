"""Tables for a terminal and for Markdown alike."""


def print_table(header, rows):
    """The first column is text, the others are figures."""
    cells = [header] + [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]

    def line(row):
        padded = [
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths))
        ]
        return "| " + " | ".join(padded) + " |"

    rule = [("-" * w if column == 0 else "-" * (w - 1) + ":") for column, w in enumerate(widths)]
    print(line(cells[0]))
    print(line(rule))
    for row in cells[1:]:
        print(line(row))
